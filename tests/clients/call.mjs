// Run the compiled client: node call.mjs BASE_URL EVENT_ID
import { registerReadAndCancel } from "./compiled/client.js";

console.log(JSON.stringify(await registerReadAndCancel(process.argv[2], process.argv[3])));
