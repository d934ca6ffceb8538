import { readFileSync, readdirSync } from "node:fs";

/**
 * The most memory that the browser's renderers have held together since `launch`, in bytes: their pages and workers. Linux
 * only, as is the rest of the tests' setup.
 */
export function renderersPeak(pid) {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(processes.map((id) => [id, Number(field(id, "PPid"))]));
  const below = (id) => {
    for (let at = Number(id); at > 1; at = parents.get(String(at)) ?? 0) if (at === pid) return true;
    return false;
  };
  const renderers = processes.filter((id) => below(id) && commandLine(id).includes("--type=renderer"));
  return Math.max(0, ...renderers.map((id) => parseInt(field(id, "VmHWM") || "0", 10) * 1024));
}

/** A line of what Linux says of a process; nothing when it has ended. */
function field(id, name) {
  try {
    return readFileSync(`/proc/${id}/status`, "utf8").match(new RegExp(`^${name}:\\s*(.*)$`, "m"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function commandLine(id) {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "latin1");
  } catch {
    return "";
  }
}
