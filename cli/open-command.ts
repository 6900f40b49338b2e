/** What opens a file in the browser, as a person types it on this machine. */
export function openCommand(path: string): string {
  switch (process.platform) {
    case "darwin":
      return `open ${path}`;
    case "win32":
      return `start ${path}`;
    default:
      return `xdg-open ${path}`;
  }
}
