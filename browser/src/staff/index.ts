// Every module of the staff's half, for tests.
export * as fingerprint from "./fingerprint";
export * as keyfile from "./keyfile";
export * as lists from "./lists";
export * as messages from "./messages";
export * as passphrase from "./passphrase";
export * as prf from "./prf";
export * as sheet from "./sheet";
export * as wrapped from "./wrapped";
