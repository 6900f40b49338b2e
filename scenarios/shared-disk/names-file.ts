/** Whether a path is that of a file of some name, in whichever directory. */
export function namesFile(path: unknown, file: string): boolean {
  return typeof path === "string" && path.endsWith(`/${file}`);
}
