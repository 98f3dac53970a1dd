// Every module of the staff's half, for tests.
export * as addition from "./addition";
export * as ceremony from "./ceremony";
export * as ceremonyworker from "./ceremonyworker";
export * as fingerprint from "./fingerprint";
export * as keeper from "./keeper";
export * as keyfile from "./keyfile";
export * as lists from "./lists";
export * as messages from "./messages";
export * as passphrase from "./passphrase";
export * as prf from "./prf";
export * as serve from "./serve";
export * as sheet from "./sheet";
export * as sniff from "./sniff";
export * as staffworker from "./staffworker";
export * as units from "./units";
export * as wrapped from "./wrapped";
