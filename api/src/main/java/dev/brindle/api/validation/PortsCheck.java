// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Port;
import dev.brindle.api.net.PortRange;
import java.util.List;

/// Ports of one end of a rule.
final class PortsCheck {

  private static final int MOST_PORTS = 50;
  private static final String NO_PORT =
      "port range invalid, port number must be between 1 and 65535";

  private PortsCheck() {}

  /// @param takesNumbers false where only names tell the protocol
  static void check(String field, List<Port> ports, boolean takesNumbers, Findings findings) {
    findings.atMost(field, ports, MOST_PORTS);
    for (int i = 0; i < ports.size(); i++) {
      String item = field + "[" + i + "]";
      switch (ports.get(i)) {
        case PortRange range -> {
          findings.require(
              takesNumbers, field, range, "a port number needs protocol TCP, UDP or SCTP");
          findings.require(range.min() > 0, item, range.min(), NO_PORT);
        }
        case Port.Named(String name) ->
            findings.require(Names.isPortName(name), item, name, "must be the name of a port");
      }
    }
  }
}
