// What the build puts into the script that draws PDF pages.

declare module "clarion:pdf-worker" {
  /** The worker of pdf.js, as text. */
  const text: string;
  export default text;
}

declare module "clarion:pdf-cmaps" {
  /** Tables of encodings in base64, by name. */
  const tables: Readonly<Record<string, string>>;
  export default tables;
}
