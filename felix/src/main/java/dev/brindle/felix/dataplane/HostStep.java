// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.api.net.IpFamily;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Toggle;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Sysctl;
import java.util.ArrayList;
import java.util.List;

/// Settings of the whole host: it must forward, or no pod reaches anything.
final class HostStep {

  private final Sysctl sysctl;

  HostStep(Sysctl sysctl) {
    this.sysctl = sysctl;
  }

  List<String> apply(DesiredState desired) {
    List<String> problems = new ArrayList<>();
    if (desired.settings().get(Parameters.IP_FORWARDING) == Toggle.ENABLED) {
      set("net/ipv4/ip_forward", problems);
      if (desired.families().contains(IpFamily.IPV6)) {
        set("net/ipv6/conf/all/forwarding", problems);
      }
    }
    return problems;
  }

  private void set(String path, List<String> problems) {
    try {
      if (sysctl.read(path).filter("1"::equals).isEmpty()) {
        sysctl.write(path, "1");
      }
    } catch (KernelException e) {
      problems.add("sysctl %s: %s".formatted(path, e.getMessage()));
    }
  }
}
