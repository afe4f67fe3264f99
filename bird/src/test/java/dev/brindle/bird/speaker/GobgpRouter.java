// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// GoBGP.
record GobgpRouter(Wiring wiring, int api) implements OtherRouter {

  GobgpRouter(Wiring wiring) {
    this(wiring, Loopback.freePort());
  }

  @Override
  public RouterProcess start(boolean isBack) throws IOException, InterruptedException {
    Files.writeString(wiring.home().resolve("gobgpd.toml"), config());
    List<String> command = new ArrayList<>(List.of("/usr/bin/gobgpd", "-f", "gobgpd.toml"));
    command.addAll(List.of("--api-hosts", "127.0.0.2:" + api));
    if (isBack) {
      command.add("-r");
    }
    RouterProcess gobgp = RouterProcess.start(wiring.home(), command);
    gobgp.askUntil("Peer", gobgp("neighbor"));
    String community = "large-community 64513:1:2";
    RouterProcess.ask(gobgp("global rib add 10.2.0.0/26 " + community));
    RouterProcess.ask(
        gobgp("global rib -a ipv6 add fd00:2::/122 nexthop 2001:db8::2 " + community));
    return gobgp;
  }

  private String config() {
    StringBuilder config = new StringBuilder();
    config.append(
        """
        [global.config]
          as = %d
          router-id = "192.0.2.2"
          port = %d
          local-address-list = ["%s"]
        """
            .formatted(wiring.theirAs(), wiring.theirPort(), wiring.theirs()));
    config.append(
        """
        [[neighbors]]
          [neighbors.config]
            neighbor-address = "%s"
            peer-as = 64512
            auth-password = "%s"
          [neighbors.timers.config]
            connect-retry = 1
            hold-time = 9
            idle-hold-time-after-reset = 1
          [neighbors.transport.config]
            local-address = "%s"
            remote-port = %d
            passive-mode = %s
          [neighbors.graceful-restart.config]
            enabled = true
            restart-time = 60
          [neighbors.route-reflector.config]
            route-reflector-client = %s
            route-reflector-cluster-id = "192.0.2.2"
        """
            .formatted(
                wiring.ours(),
                wiring.password().orElse(""),
                wiring.theirs(),
                wiring.ourPort(),
                !wiring.itCalls(),
                wiring.reflectsUs()));
    String addPath =
        wiring.hasAddPath()
            ? "    [neighbors.afi-safis.add-paths.config]\n      receive = true\n      send-max = 8\n"
            : "";
    if (!wiring.isIpv6()) {
      config.append(family("ipv4")).append(addPath);
    }
    config.append(family("ipv6"));
    for (int other : wiring.others()) {
      config.append(
          """
          [[neighbors]]
            [neighbors.config]
              neighbor-address = "%s"
              peer-as = %d
            [neighbors.transport.config]
              local-address = "192.0.2.2"
              passive-mode = true
            [[neighbors.afi-safis]]
              [neighbors.afi-safis.config]
                afi-safi-name = "ipv4-unicast"
          """
              .formatted(OwnNetwork.ipv4(other), wiring.asOf(other)));
    }
    return config.toString();
  }

  private static String family(String name) {
    return """
      [[neighbors.afi-safis]]
        [neighbors.afi-safis.config]
          afi-safi-name = "%s-unicast"
        [neighbors.afi-safis.mp-graceful-restart.config]
          enabled = true
    """
        .formatted(name);
  }

  private List<String> gobgp(String words) {
    List<String> command = new ArrayList<>(List.of("/usr/bin/gobgp", "-u", "127.0.0.2"));
    command.addAll(List.of("-p", Integer.toString(api)));
    command.addAll(List.of(words.split(" ", -1)));
    return command;
  }

  @Override
  public List<String> show(Cidr prefix) {
    String family = prefix.address().isIpv4() ? "ipv4" : "ipv6";
    return gobgp("global rib -a %s %s".formatted(family, prefix));
  }

  @Override
  public Session session() {
    return new Session(gobgp("neighbor " + wiring.ours()), "ESTABLISHED");
  }

  @Override
  public void ask() throws IOException, InterruptedException {
    RouterProcess.ask(gobgp("neighbor %s softresetin".formatted(wiring.ours())));
  }
}
