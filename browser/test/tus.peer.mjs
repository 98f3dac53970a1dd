// tus-js-client, which knows nothing of us, brings a sealed file up, stopping and going on. It reads one line of JSON and
// writes the address that the upload was given.
import { createReadStream, readFileSync, statSync } from "node:fs";
import * as tus from "tus-js-client";

const order = JSON.parse(readFileSync(0, "utf8"));
const size = statSync(order.file).size;
let stops = order.stops;

// A stream is read once: each start goes on with a new one, from where the server stands.
const open = () => createReadStream(order.file);

const done = new Promise((resolve, reject) => {
  const begin = (url) => {
    const upload = new tus.Upload(open(), {
      endpoint: order.endpoint,
      uploadUrl: url,
      uploadSize: size,
      chunkSize: order.chunk,
      headers: { "Clarion-Work": order.work },
      storeFingerprintForResuming: false,
      removeFingerprintOnSuccess: true,
      retryDelays: [50, 100, 200, 400],
      onError: reject,
      onSuccess: () => resolve(upload.url),
      onChunkComplete: async (_, accepted) => {
        if (stops === 0 || accepted >= size) return;
        stops--;
        await upload.abort();
        setImmediate(() => begin(upload.url));
      },
    });
    upload.start();
  };
  begin(null);
});
console.log(JSON.stringify({ url: await done, stopped: order.stops - stops }));
