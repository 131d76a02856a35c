import { unpackReport } from "../workbench/report/data/columns.js";
import type { PackedPage } from "../workbench/report/data/page-data.js";
import { embeddedData } from "./embedded-data.js";
import { frontierPage } from "./frontier-page.js";
import { runPage } from "./run-page.js";
import "./style.css";

async function draw(): Promise<void> {
  const page = (await embeddedData()) as PackedPage;
  switch (page.kind) {
    case "run":
      document.body.append(...runPage(unpackReport(page)));
      break;
    case "frontier":
      document.body.append(...frontierPage(page));
      break;
  }
  document.body.dataset.drawn = page.kind;
}

/** Hides the mouse's tooltip when the keyboard takes over: Plot hides the tips of a chart that the mouse leaves. */
document.addEventListener("keydown", () => {
  for (const chart of document.querySelectorAll(".canvas svg"))
    chart.dispatchEvent(new PointerEvent("pointerleave", { pointerType: "mouse" }));
});

void draw();
