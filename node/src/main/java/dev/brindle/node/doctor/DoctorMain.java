// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.linux.kernel.KernelException;
import dev.brindle.node.NodeProcess;
import dev.brindle.node.StartException;
import dev.brindle.node.doctor.check.Findings;
import dev.brindle.node.settings.BadSettingException;
import dev.brindle.node.settings.NodeSettings;
import java.util.List;
import java.util.Map;

/// `brindle doctor`.
public final class DoctorMain {

  private static final int PROBLEMS = 1;
  private static final int BLIND = 2;

  private DoctorMain() {}

  public static void main(String[] words) {
    System.exit(run(List.of(words), System.getenv()));
  }

  /// @return the exit code
  static int run(List<String> words, Map<String, String> environment) {
    try {
      DoctorArguments arguments = DoctorArguments.parse(words);
      if (arguments.isHelp()) {
        System.out.print(DoctorArguments.USAGE);
        return 0;
      }
      NodeSettings settings = NodeProcess.settings(environment);
      Findings findings;
      try (Place place = Place.here(arguments.root())) {
        findings = new Doctor(place, settings, arguments).look();
      }
      System.out.print(arguments.isJson() ? findings.json() : findings.text());
      return findings.hasProblem() ? PROBLEMS : 0;
    } catch (IllegalArgumentException | BadSettingException | StartException | KernelException e) {
      System.err.println("brindle doctor: " + e.getMessage());
      return BLIND;
    }
  }
}
