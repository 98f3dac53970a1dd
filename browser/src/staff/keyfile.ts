import { base64url, fromBase64url, random, utf8 } from "../bytes";
import { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import { Identity, newIdentity, parseIdentity } from "../seal";
import { isDay, isInstance, isName, isOneLine } from "../syntax";

/** Whose keys a key file holds. A root key has a sheet and no file here. */
export type KeyRole = "unit" | "member" | "custodian" | "inspector";

const roles: readonly string[] = ["unit", "member", "custodian", "inspector"];

/** What a key file says of its holder. */
export interface KeyHolder {
  role: KeyRole;
  id: string;
  /** For people; one line. */
  name: string;
  instance: string;
  /** YYYY-MM-DD */
  made: string;
}

/** A person's or unit's keys, as the file of docs/spec/seal.md section 8. It hides itself from JSON; only text() gives the secrets. */
export class KeyFile {
  readonly #signSeed: Uint8Array;
  readonly sign: SigningKey;

  /** signSeed is 32 bytes. Throws "key_file" for a field outside its grammar. */
  constructor(
    readonly holder: Readonly<KeyHolder>,
    readonly age: Identity,
    signSeed: Uint8Array,
  ) {
    const { role, id, name, instance, made } = holder;
    if (!roles.includes(role) || !isName(id) || !isOneLine(name, utf8(name).length) || !isInstance(instance) || !isDay(made))
      throw new Fault("key_file", "holder");
    this.#signSeed = signSeed.slice();
    this.sign = new SigningKey(this.#signSeed);
  }

  /** The file in clear. */
  text(): string {
    const h = this.holder;
    const lines = [
      "clarion key v1", "role: " + h.role, "id: " + h.id, "name: " + h.name, "instance: " + h.instance, "made: " + h.made,
      "recipient: " + this.age.recipient, "sign-public: " + this.sign.encoded, "sign-secret: " + base64url(this.#signSeed),
    ];
    return lines.map((line) => `# ${line}\n`).join("") + this.age.text() + "\n";
  }

  toJSON(): never {
    throw new Fault("secret");
  }
}

/** Makes fresh keys. */
export function newKeyFile(holder: KeyHolder): KeyFile {
  return new KeyFile(holder, newIdentity(), random(32));
}

/** Reads what text() or the Go package wrote, in its only spelling. Everything else is "key_file". */
export function parseKeyFile(text: string): KeyFile {
  const at = (n: number, name: string): string => {
    const line = lines[n] ?? "";
    if (!line.startsWith(`# ${name}: `)) throw new Fault("key_file", name);
    return line.slice(name.length + 4);
  };
  const lines = text.split("\n");
  const holder = { role: at(1, "role") as KeyRole, id: at(2, "id"), name: at(3, "name"), instance: at(4, "instance"), made: at(5, "made") };
  const seed = fromBase64url(at(8, "sign-secret"), 32);
  let age: Identity;
  try {
    age = parseIdentity(lines[9] ?? "");
  } catch {
    throw new Fault("key_file", "age key");
  }
  if (seed === null) throw new Fault("key_file", "sign-secret");
  const file = new KeyFile(holder, age, seed);
  // The public keys, the first line and the end are compared with what would be written.
  if (file.text() !== text) throw new Fault("key_file", "lines that do not belong together");
  return file;
}
