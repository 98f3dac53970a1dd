// A picture of bytes, drawn without an address: the page's policy loads no data: and no blob:, and need not.

/** Draws a PNG. It stays black on white in both themes, or cameras do not read a code. */
export async function picture(png: Uint8Array<ArrayBuffer>, label: string): Promise<HTMLElement> {
  const bitmap = await createImageBitmap(new Blob([png], { type: "image/png" }));
  const e = document.createElement("canvas");
  e.width = bitmap.width;
  e.height = bitmap.height;
  e.className = "cl-qr";
  e.setAttribute("role", "img");
  e.setAttribute("aria-label", label);
  e.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return e;
}
