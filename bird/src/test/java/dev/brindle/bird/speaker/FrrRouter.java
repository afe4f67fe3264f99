// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// FRR's bgpd, without zebra.
record FrrRouter(Wiring wiring) implements OtherRouter {

  private static final String BGPD = "/usr/lib/frr/bgpd";

  /// FRR 10 that hears of no IPv6 address from zebra talks of IPv6 only with it.
  private static final String WITHOUT_OWN_IPV6 = "--v6-with-v4-nexthop";

  @Override
  public RouterProcess start(boolean isBack) throws IOException, InterruptedException {
    Files.writeString(wiring.home().resolve("bgpd.conf"), config());
    List<String> command = new ArrayList<>(List.of(BGPD, "-n", "-Z", "-S"));
    command.addAll(List.of("-u", "root", "-g", "root", "-f", "bgpd.conf", "-i", "bgpd.pid"));
    command.addAll(List.of("-l", wiring.theirs().toString(), "-P", "0"));
    command.addAll(List.of("--vty_socket", wiring.home().toString()));
    command.addAll(List.of("-p", Integer.toString(wiring.theirPort())));
    if (RouterProcess.hasOption(BGPD, WITHOUT_OWN_IPV6)) {
      command.add(WITHOUT_OWN_IPV6);
    }
    return RouterProcess.start(wiring.home(), command);
  }

  private String config() {
    StringBuilder config = new StringBuilder();
    config.append(
        """
        hostname frr
        log stdout
        bgp route-map delay-timer 0
        router bgp %1$d
         bgp router-id 192.0.2.2
         bgp cluster-id 192.0.2.2
         no bgp ebgp-requires-policy
         no bgp network import-check
         neighbor %2$s remote-as 64512
         neighbor %2$s port %3$d
         neighbor %2$s update-source %4$s
         neighbor %2$s disable-connected-check
         neighbor %2$s timers 3 9
         neighbor %2$s timers connect 1
        """
            .formatted(wiring.theirAs(), wiring.ours(), wiring.ourPort(), wiring.theirs()));
    if (wiring.isLasting()) {
      config.append(" bgp graceful-restart\n bgp graceful-restart preserve-fw-state\n");
    }
    if (!wiring.itCalls()) {
      config.append(" neighbor %s passive%n".formatted(wiring.ours()));
    }
    wiring
        .password()
        .ifPresent(it -> config.append(" neighbor %s password %s%n".formatted(wiring.ours(), it)));
    for (int other : wiring.others()) {
      config.append(
          """
           neighbor %1$s remote-as %2$d
           neighbor %1$s passive
           neighbor %1$s disable-connected-check
          """
              .formatted(OwnNetwork.ipv4(other), wiring.asOf(other)));
    }
    config.append(" address-family ipv4 unicast\n  network 10.2.0.0/26\n");
    String more =
        (wiring.hasAddPath() ? "  neighbor %1$s addpath-tx-all-paths\n" : "")
            + (wiring.reflectsUs() ? "  neighbor %1$s route-reflector-client\n" : "");
    if (wiring.isIpv6()) {
      config.append("  no neighbor %s activate%n".formatted(wiring.ours()));
    } else {
      config.append(
          ("  neighbor %1$s activate\n  neighbor %1$s route-map FOUR out\n" + more)
              .formatted(wiring.ours()));
    }
    config.append(
        """
         exit-address-family
         address-family ipv6 unicast
          network fd00:2::/122
          neighbor %1$s activate
          neighbor %1$s route-map SIX out
         exit-address-family
        exit
        route-map FOUR permit 10
         set large-community 64513:1:2 additive
        exit
        route-map SIX permit 10
         set large-community 64513:1:2 additive
         set ipv6 next-hop global 2001:db8::2
        exit
        """
            .formatted(wiring.ours()));
    return config.toString();
  }

  private List<String> vtysh(String words) {
    return List.of("/usr/bin/vtysh", "--vty_socket", wiring.home().toString(), "-c", words);
  }

  @Override
  public List<String> show(Cidr prefix) {
    String family = prefix.address().isIpv4() ? "ipv4" : "ipv6";
    return vtysh("show bgp %s unicast %s".formatted(family, prefix));
  }

  @Override
  public Session session() {
    return new Session(vtysh("show bgp neighbors " + wiring.ours()), "BGP state = Established");
  }

  @Override
  public void ask() throws IOException, InterruptedException {
    RouterProcess.ask(vtysh("clear bgp %s soft in".formatted(wiring.ours())));
  }
}
