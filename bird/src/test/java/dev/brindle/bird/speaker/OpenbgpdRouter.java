// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// OpenBGPD.
record OpenbgpdRouter(Wiring wiring) implements OtherRouter {

  @Override
  public RouterProcess start(boolean isBack) throws IOException, InterruptedException {
    OwnNetwork.assumeSeveralUsers("bgpd");
    Files.createDirectories(Path.of("/run/openbgpd")); // its listeners lock themselves in here
    for (int other :
        wiring.others()) { // from OpenBGPD 8 on next hops want a route of the main table
      Neighbourhood.run("ip route replace %s dev lo".formatted(OwnNetwork.ipv4(other)));
    }
    Path file = wiring.home().resolve("bgpd.conf");
    Files.writeString(file, config());
    // it refuses a configuration that others may read
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return RouterProcess.start(
        wiring.home(), List.of("/usr/sbin/bgpd", "-d", "-f", file.toString()));
  }

  private Path socket() {
    return wiring.home().resolve("bgpd.sock");
  }

  private String config() {
    StringBuilder config = new StringBuilder();
    config.append(
        """
        AS %d
        router-id 192.0.2.2
        socket "%s"
        listen on %s port %d
        fib-update no
        nexthop qualify via default
        network 10.2.0.0/26 set large-community 64513:1:2
        network fd00:2::/122 set { nexthop 2001:db8::2 large-community 64513:1:2 }
        neighbor %s {
          remote-as 64512
          local-address %s
          port %d
          holdtime 9
          announce IPv4 %s
          announce IPv6 unicast
          announce restart yes
          %s
          %s
          %s
          %s
          %s
        }
        """
            .formatted(
                wiring.theirAs(),
                socket(),
                wiring.theirs(),
                wiring.theirPort(),
                wiring.ours(),
                wiring.theirs(),
                wiring.ourPort(),
                wiring.isIpv6() ? "none" : "unicast",
                wiring.itCalls() ? "" : "passive",
                wiring.password().map("tcp md5sig password \"%s\""::formatted).orElse(""),
                wiring.hasAddPath() ? "announce add-path recv yes" : "",
                wiring.hasAddPath() ? "announce add-path send all" : "",
                wiring.reflectsUs() ? "route-reflector 192.0.2.2" : ""));
    for (int other : wiring.others()) {
      config.append(
          """
          neighbor %s {
            remote-as %d
            passive
            local-address 192.0.2.2
          }
          """
              .formatted(OwnNetwork.ipv4(other), wiring.asOf(other)));
    }
    return config.append("allow from any\nallow to any\n").toString();
  }

  private List<String> bgpctl(String words) {
    List<String> command = new ArrayList<>(List.of("/usr/sbin/bgpctl", "-s", socket().toString()));
    command.addAll(List.of(words.split(" ", -1)));
    return command;
  }

  @Override
  public List<String> show(Cidr prefix) {
    return bgpctl("show rib detail " + prefix);
  }

  @Override
  public Session session() {
    return new Session(bgpctl("show neighbor " + wiring.ours()), "BGP state = Established");
  }

  @Override
  public void ask() throws IOException, InterruptedException {
    RouterProcess.ask(bgpctl("neighbor %s refresh".formatted(wiring.ours())));
  }
}
