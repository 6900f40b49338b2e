/** What a page has within itself beside its program: base64 of deflated bytes, in elements that are never shown. */

/** Of the page's own text nothing is there, or it is damaged. */
export class EmbeddedDataError extends Error {
  override readonly name = "EmbeddedDataError";
}

/** The text in the element of an id; undefined when the element is empty. @throws EmbeddedDataError */
export async function embeddedText(id: string): Promise<string | undefined> {
  const element = document.getElementById(id);
  const packed = (element instanceof HTMLTemplateElement ? element.content : element)?.textContent.trim() ?? "";
  if (packed === "") return undefined;
  try {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return await new Response(plain).text();
  } catch (error) {
    throw new EmbeddedDataError(`#${id} of this page is damaged`, { cause: error });
  }
}
