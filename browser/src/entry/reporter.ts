// What the report and mailbox pages take of the library into their own scripts, as one script for the tests: it must
// work in a world that has nothing but what an old browser has.
export { parseAcknowledgement, verifyKept } from "../proof/acknowledgement";
export { checkConsistency, parseCheckpoint } from "../proof/checkpoint";
export { parseProof, verifyCaseProof, verifyPublicProof } from "../proof/inclusion";
export { rootFingerprint } from "../proof/keys";
export { unitOn, verifyKeySet } from "../proof/keyset";
export { fromUtf8, hexHash, random, utf8 } from "../bytes";
export { checkChain, EMPTY } from "../chain";
export { cleanable } from "../clean/clean";
export { openDocument, sealDocument } from "../documents";
export { parseKey } from "../ed25519";
export { ChainFault, Fault, FileFault } from "../fault";
export { openFile, sealedFileSize } from "../files";
export { claimKey, deriveMailbox, publicMailbox, signRequest } from "../mailbox";
export { paddedLength, padSubmission } from "../pad";
export { canonical, checkCode, checkPickUpNumber, codeParts, newDigits, newWords, wordList, wrongGroup } from "../receipt";
export { sealInWorker, solveInWorker } from "../remote";
export { parseRecipient, seal } from "../seal";
export { selfTest } from "../selftest";
export { splitIdentity } from "../shares";
export { idOf } from "../syntax";
export { Upload } from "../upload";
