// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.lab.program.CommandLine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Rules of the old iptables, written by its own program: the only one who writes them is who has
/// it.
final class OldRuleFaults {

  private static final String PROGRAM = "iptables-legacy";
  private static final String CHAIN = "cali-FORWARD";
  private static final List<String> RULE = List.of("INPUT", "-s", "192.0.2.77", "-j", "ACCEPT");

  private OldRuleFaults() {}

  static void iptablesLegacy(Patient patient) throws IOException, InterruptedException {
    run(patient, "-A", RULE);
    patient.later(() -> run(patient, "-D", RULE));
  }

  /// As a Calico made it that had the old iptables.
  static void calicoOldRules(Patient patient) throws IOException, InterruptedException {
    run(patient, "-N", List.of(CHAIN));
    patient.later(() -> run(patient, "-X", List.of(CHAIN)));
  }

  private static void run(Patient patient, String order, List<String> rest)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(program(), order));
    words.addAll(rest);
    // it would keep everybody else's iptables waiting, and is not ours to write
    Path lock = patient.rig().workplace().run(patient.node().name()).resolve("xtables.lock");
    CommandLine.run(patient.host().command(words), Map.of("XTABLES_LOCKFILE", lock.toString()));
  }

  private static String program() {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    return Stream.of(path.split(File.pathSeparator))
        .filter(each -> !each.isEmpty())
        .map(each -> Path.of(each, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this machine has no program %s; install it (Debian: package iptables)"
                        .formatted(PROGRAM)))
        .toString();
  }
}
