// What the package offers: the core's functions, and the short way for counting.

export {
  countries,
  defaultCampaignName,
  explain,
  normalisePhone,
  parseSender,
  properties,
  render,
  replacement,
  segment,
} from "./septet_core.js";
export { count, countMany } from "./count.js";
