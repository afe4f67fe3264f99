// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.cni.protocol.CniCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// An IPAM plugin on the host, of one container. Refuses a second ADD for a container, as the real
/// one does.
final class FakeHostLocal implements Delegates {

  final List<String> calls = new ArrayList<>();
  final Set<String> booked = new TreeSet<>();
  String failing = "";
  Outcome failure = new Outcome(1, "");

  @Override
  public Outcome run(String type, CniCommand command, String input) {
    calls.add("%s %s".formatted(command, type) + (input.isEmpty() ? "" : " " + subnet(input)));
    if (failing.equals(command.name())) {
      return failure;
    }
    return switch (command) {
      case ADD ->
          booked.add("c")
              ? new Outcome(
                  0,
                  """
                  {"cniVersion": "1.0.0", "ips": [{"address": "10.7.0.%d/24", "gateway": "10.7.0.1"}],
                   "routes": [{"dst": "0.0.0.0/0"}], "dns": {"search": ["example.com"]}}
                  """
                      .formatted(calls.size() + 1))
              : new Outcome(1, "{\"code\": 999, \"msg\": \"duplicate allocation\"}");
      case DEL -> {
        booked.remove("c");
        yield new Outcome(0, "");
      }
      case CHECK, GC, STATUS, VERSION -> new Outcome(0, "");
    };
  }

  private static String subnet(String input) {
    int start = input.indexOf("\"subnet\":\"") + 10;
    return input.substring(start, input.indexOf('"', start));
  }
}
