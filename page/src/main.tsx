import { render } from "preact";
import "./app.css";
import "./review/review.css";
import { takeData } from "./data";
import { watchOverview } from "./review/overview";
import { startSeat } from "./review/seat";
import { Shell } from "./Shell";
import { foldAway } from "./folded";
import { leadInFrame } from "./inFrame";
import { studyOf } from "./study";
import { startLanguage } from "./words";

const data = takeData(document);
const room = document.getElementById("app");
if (data !== null && room !== null) {
  startLanguage(data.language);
  leadInFrame(document);
  foldAway(document);
  startSeat(data);
  watchOverview(document);
  render(<Shell study={studyOf(data)} />, room);
}
