export { decodeUtf8 as utf8Text, encodeUtf8 as utf8 } from "../host/utf8.ts";
