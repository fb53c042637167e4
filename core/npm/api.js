// What the package offers: the core's functions, and the short way for counting.

export {
  defaultCampaignName,
  explain,
  parseSender,
  properties,
  render,
  replacement,
  segment,
} from "./septet_core.js";
export { count, countMany } from "./count.js";
