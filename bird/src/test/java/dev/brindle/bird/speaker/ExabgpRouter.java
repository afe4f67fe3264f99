// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// ExaBGP. It has no table: what it hears goes into a file, and `show` reads that. It does what is
/// appended to another file.
record ExabgpRouter(Wiring wiring) implements OtherRouter {

  /// What was announced and not withdrawn, by prefix and path identifier.
  private static final String TABLE =
      """
      index($0, prefix) {
        id = match($0, /"path-information": "[^"]*"/) ? substr($0, RSTART, RLENGTH) : ""
        if (/"withdraw":/) delete paths[id]; else paths[id] = $0
      }
      END { for (id in paths) print paths[id] }
      """;

  @Override
  public RouterProcess start(boolean isBack) throws IOException {
    Path home = wiring.home();
    Path talk = home.resolve("talk");
    Files.writeString(home.resolve("orders"), "");
    Files.writeString(home.resolve("heard"), "");
    Files.writeString(
        talk,
        """
        cd %s
        exec 3<&0
        cat <&3 > heard &
        exec tail --pid=$PPID -s 0.1 -n +1 -f orders
        """
            .formatted(home));
    Files.writeString(home.resolve("exabgp.conf"), config(talk));
    List<String> command = new ArrayList<>(List.of("env", "exabgp.tcp.bind=" + wiring.theirs()));
    command.add("exabgp.tcp.port=" + wiring.theirPort());
    command.addAll(List.of("exabgp.daemon.user=root", "exabgp.log.destination=stdout"));
    command.addAll(List.of("exabgp.api.cli=false", "/usr/sbin/exabgp", "exabgp.conf"));
    return RouterProcess.start(home, command);
  }

  private String config(Path talk) {
    String ipv4 = wiring.isIpv6() ? "" : "ipv4 unicast;";
    String route4 = "route 10.2.0.0/26 next-hop 192.0.2.2 large-community [64513:1:2];";
    StringBuilder paths = new StringBuilder();
    for (int other : wiring.others()) {
      paths.append(
          "    route 10.78.9.0/24 path-information %d next-hop %s as-path [%d %d];%n"
              .formatted(other, OwnNetwork.ipv4(other), wiring.theirAs(), wiring.asOf(other)));
    }
    return """
    process talk {
      run /bin/sh %s;
      encoder json;
    }
    neighbor %s {
      router-id 192.0.2.2;
      local-address %s;
      local-as %d;
      peer-as 64512;
      hold-time 9;
      passive %s;
      listen %d;
      connect %d;
      %s
      adj-rib-out true;
      group-updates false;
      family { %s ipv6 unicast; }
      capability {
        route-refresh enable;
        graceful-restart 60;
        extended-message enable;
        add-path %s;
      }
      api { processes [ talk ]; receive { parsed; update; } }
      static {
        %s
        route fd00:2::/122 next-hop 2001:db8::2 large-community [64513:1:2];
    %s  }
    }
    """
        .formatted(
            talk,
            wiring.ours(),
            wiring.theirs(),
            wiring.theirAs(),
            !wiring.itCalls(),
            wiring.theirPort(),
            wiring.ourPort(),
            wiring.password().map("md5-password '%s';"::formatted).orElse(""),
            ipv4,
            wiring.hasAddPath() ? "send/receive" : "disable",
            wiring.isIpv6() ? "" : route4,
            paths);
  }

  @Override
  public List<String> show(Cidr prefix) {
    String heard = wiring.home().resolve("heard").toString();
    return List.of("awk", "-v", "prefix=\"" + prefix + "\"", TABLE, heard);
  }

  @Override
  public Session session() {
    return new Session(List.of("ss", "-Htn", "state", "established", "src", address()), address());
  }

  private String address() {
    return wiring.isIpv6() ? "[" + wiring.theirs() + "]" : wiring.theirs().toString();
  }

  @Override
  public void ask() throws IOException {
    Files.writeString(
        wiring.home().resolve("orders"),
        "announce route-refresh ipv4 unicast\n",
        StandardOpenOption.APPEND);
  }
}
