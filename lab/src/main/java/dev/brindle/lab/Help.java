// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.util.List;

/// What `brindle lab --help` prints.
final class Help {

  static final String TEXT =
      """
      brindle lab: a cluster on this machine, in namespaces of its own. It needs no root, and leaves
      nothing behind.

      brindle lab [OPTIONS]                  a tour: bring it up, try it, say who can reach whom
      brindle lab up [OPTIONS]               a lab that stays
      brindle lab status                     its nodes, pods, addresses and sessions
      brindle lab exec NAME -- COMMAND...    run a command on a node, in a pod, on 'router' or 'outside'
      brindle lab doctor NODE [OPTIONS...]   look for faults of a node: brindle doctor, as its daemon is configured
      brindle lab fault                      which faults can be seeded, to see them found
      brindle lab fault seed|heal NAME NODE  seed one on a node, or take it away again
      brindle lab node kill NODE [--no-restart]
                                             kill -9 the daemon of a node; it is started again
      brindle lab link cut|heal NODE         pull a node's cable, or put it back
      brindle lab down                       end it

        --nodes N            how many nodes (3)
        --pods N             how many pods on each (2)
        --router KIND        brindle, bird, frr, gobgp, openbgpd or none (brindle)
        --store S            embedded, or etcd: a real one, as installed (embedded)
        --family F           4, 6 or dual (4)
        --encap E            none, vxlan, ipip or cross-subnet (none)
        --topology FILE      nodes and pods from a JSON file: see lab/DESIGN.md
        --policy FILE...     apply these instead of the tour's policy
        --json               of the tour: print one JSON object; progress goes to standard error
        --keep               of the tour: keep logs, configuration and the store

      The exit code is 0 if all is as expected, 1 if not, 2 if it was called wrongly.
      """;

  /// Commands whose words after the second are not ours.
  private static final List<String> OF_A_MACHINE = List.of("exec", "doctor");

  private static final List<String> WORDS = List.of("--help", "-h");

  private Help() {}

  /// Everywhere but in a command for a machine, whose help it would be.
  static boolean isAskedFor(List<String> words) {
    if (words.isEmpty()) {
      return false;
    }
    List<String> ours =
        OF_A_MACHINE.contains(words.getFirst())
            ? words.subList(0, Math.min(2, words.size()))
            : words;
    return words.getFirst().equals("help") || ours.stream().anyMatch(WORDS::contains);
  }
}
