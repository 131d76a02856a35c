import { ENDLESS } from "./endless.js";

/** A report of Stryker (mutation-testing-report-schema), as far as it is read here. */
export interface Report {
  readonly testFiles: Readonly<Record<string, object>>;
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[]; readonly source: string }>>;
}

export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  /** For example why a test failed. */
  readonly statusReason?: string;
  readonly status:
    | "Killed"
    | "Timeout"
    | "Survived"
    | "NoCoverage"
    | "CompileError"
    | "RuntimeError"
    | "Ignored"
    | "Pending";
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Numbers of mutants. */
interface Score {
  readonly killed: number;
  /** Those that Stryker gave up, and those with a test that reached its limit of CPU time. */
  readonly timeouts: number;
  /** Those that ended the process, or caused an error outside of a test while no test failed. Stryker does not count them as valid. */
  readonly crashed: number;
  readonly survived: number;
  /** Of these, mutants that no test reaches. */
  readonly unreached: number;
  /** Killed or timed out, of all valid mutants, in %. */
  readonly percentage: number;
}

function scoreOf({ files }: Report): Score {
  const mutants = Object.values(files).flatMap((file) => file.mutants);
  const count = (...statuses: Mutant["status"][]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const endless = mutants.filter(({ status, statusReason }) => status === "Killed" && statusReason?.includes(ENDLESS));
  const [noticed, unreached] = [count("Killed", "Timeout"), count("NoCoverage")];
  const survived = count("Survived") + unreached;
  return {
    killed: count("Killed") - endless.length,
    timeouts: count("Timeout") + endless.length,
    crashed: count("RuntimeError"),
    survived,
    unreached,
    percentage: (100 * noticed) / (noticed + survived),
  };
}

/** Markdown. */
export function scoreTable(reports: readonly (readonly [part: string, report: Report])[]): string {
  const rows = reports.map(([part, report]) => {
    const { killed, timeouts, crashed, survived, unreached, percentage } = scoreOf(report);
    const mutants = killed + timeouts + survived;
    return `| \`${part}\` | ${mutants} | ${killed} | ${timeouts} | ${survived} | ${unreached} | ${crashed} | ${percentage.toFixed(1)} % |`;
  });
  return [
    "| mutants of | valid | killed | timed out | survived | of these unreached | crashed | score |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...rows,
  ].join("\n");
}
