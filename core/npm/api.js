// What the package offers: the core's functions, and the short way for counting.

export {
  explain,
  properties,
  render,
  replacement,
  segment,
} from "./septet_core.js";
export { count, countMany } from "./count.js";
