// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// BIRD 2 or 3.
record BirdRouter(Wiring wiring) implements OtherRouter {

  @Override
  public RouterProcess start(boolean isBack) throws IOException {
    Files.writeString(wiring.home().resolve("bird.conf"), config());
    List<String> command = new ArrayList<>(List.of("/usr/sbin/bird", "-f", "-c", "bird.conf"));
    command.addAll(List.of("-s", "bird.ctl", "-P", "bird.pid"));
    if (isBack) {
      command.add("-R");
    }
    return RouterProcess.start(wiring.home(), command);
  }

  private String config() {
    String paths = wiring.hasAddPath() ? "add paths on;" : "";
    String ipv4 = "ipv4 { import all; export filter told; " + paths + " };";
    String ipv6 = "ipv6 { import all; export filter told; next hop address 2001:db8::2; };";
    StringBuilder config = new StringBuilder();
    config.append(
        """
        log stderr all;
        router id 192.0.2.2;
        protocol device {}
        filter told { bgp_large_community.add((64513, 1, 2)); accept; }
        protocol static four { ipv4; route 10.2.0.0/26 blackhole; }
        protocol static six { ipv6; route fd00:2::/122 blackhole; }
        template bgp common {
          local %s port %d as %d;
          multihop;
          hold time 9;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 2;
          graceful restart on;
          enable extended messages on;
        }
        protocol bgp ours from common {
          neighbor %s port %d as 64512;
          passive %s;
          %s
          %s
          %s
          %s
        }
        """
            .formatted(
                wiring.theirs(),
                wiring.theirPort(),
                wiring.theirAs(),
                wiring.ours(),
                wiring.ourPort(),
                wiring.itCalls() ? "off" : "on",
                wiring.password().map("password \"%s\";"::formatted).orElse(""),
                wiring.reflectsUs() ? "rr client;" : "",
                wiring.isIpv6() ? "" : ipv4,
                ipv6));
    for (int other : wiring.others()) {
      config.append(
          "protocol bgp raw%d from common { neighbor %s as %d; passive; hold time 240; ipv4 { import all; export none; }; }%n"
              .formatted(other, OwnNetwork.ipv4(other), wiring.asOf(other)));
    }
    return config.toString();
  }

  private List<String> birdc(String words) {
    return List.of("/usr/sbin/birdc", "-s", wiring.home().resolve("bird.ctl").toString(), words);
  }

  @Override
  public List<String> show(Cidr prefix) {
    return birdc("show route all " + prefix);
  }

  @Override
  public Session session() {
    return new Session(birdc("show protocols ours"), "Established");
  }

  @Override
  public void ask() throws IOException, InterruptedException {
    if (RouterProcess.ask(birdc("reload in ours")).contains("No such command")) {
      RouterProcess.ask(birdc("reload bgp in ours")); // BIRD 3.4
    }
  }
}
