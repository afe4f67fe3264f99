// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.system;

import java.util.ArrayList;
import java.util.List;

/// Whether a kernel has what is needed, in calicoctl's words.
///
/// @param text what to print
/// @param isFit whether nothing that is needed is missing
public record SystemText(String text, boolean isFit) {

  public static SystemText of(KernelFacts kernel) {
    List<String> lines = new ArrayList<>();
    boolean isFit = kernel.isNewEnough();
    lines.add("Checking kernel version...");
    lines.add(line(kernel.release(), isFit ? "OK" : "FAIL"));
    lines.add("Checking kernel modules...");
    for (KernelModule module : KernelModule.WANTED) {
      if (kernel.has(module)) {
        lines.add(line(module.name(), "OK"));
      } else if (module.isOptional()) {
        lines.add(
            "WARNING: Unable to detect optional module/feature %s; continuing"
                .formatted(module.name()));
        lines.add(line(module.name(), "SKIP"));
      } else {
        lines.add(
            "WARNING: Unable to detect the %s module as Loaded/Builtin module or lsmod"
                .formatted(module.name()));
        lines.add(line(module.name(), "FAIL"));
        isFit = false;
      }
    }
    if (isFit) {
      lines.add("System meets minimum system requirements to run Calico!");
    }
    return new SystemText(String.join("\n", lines) + "\n", isFit);
  }

  private static String line(String what, String result) {
    return "\t\t%-20s\t\t\t\t\t%s".formatted(what, result);
  }
}
