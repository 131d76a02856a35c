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

void draw();
