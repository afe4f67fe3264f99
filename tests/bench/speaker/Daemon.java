// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How a BGP daemon is told its neighbours, and started so that it stays in the foreground.
enum Daemon {
  BRINDLE("") {
    @Override
    List<String> prepare(Path home, Path in, Point point, List<Point.Neighbor> neighbors)
        throws IOException {
      boolean reflects = point.kind() == Point.Kind.REFLECTED;
      Path file = write(in, SpeakerFile.of(ADDRESS, PORT, reflects, point.isInKernel(), neighbors));
      String control = in.resolve("control").toString();
      String program = home.resolve("brindle").toString();
      return List.of(program, "speaker", "--config", file.toString(), "--control", control);
    }
  },

  BIRD("/usr/sbin/bird") {
    @Override
    List<String> prepare(Path home, Path in, Point point, List<Point.Neighbor> neighbors)
        throws IOException {
      StringBuilder out = new StringBuilder("router id 10.0.0.1;\nprotocol device {}\n");
      if (!point.isTable()) {
        out.append("protocol direct { ipv4; }\n"); // by which next hops within are found
      }
      if (point.isInKernel()) {
        out.append("protocol kernel { ipv4 { import none; export all; }; }\n");
      }
      for (Point.Neighbor it : neighbors) {
        String kind = it.isInternal() ? "multihop" : "direct";
        String client = point.kind() == Point.Kind.REFLECTED && it.isInternal() ? "rr client; " : "";
        out.append("protocol bgp { local 10.0.0.1 port %d as %d; ".formatted(PORT, Point.AS));
        out.append("neighbor %s as %d; passive; hold time 240; ".formatted(it.address(), it.as()));
        out.append("%s; %sipv4 { import all; ".formatted(kind, client));
        out.append("export %s; }; }\n".formatted(it.isFed() ? "where source = RTS_BGP" : "none"));
      }
      Path file = write(in, out.toString());
      return List.of("/usr/sbin/bird", "-f", "-c", file.toString(), "-s", in.resolve("ctl").toString());
    }
  },

  /// In a view, so that it needs no zebra; without the second it usually waits before the first word.
  FRR("/usr/lib/frr/bgpd") {
    @Override
    List<String> prepare(Path home, Path in, Point point, List<Point.Neighbor> neighbors)
        throws IOException {
      StringBuilder out = new StringBuilder("router bgp %d view bench\n".formatted(Point.AS));
      out.append(" bgp router-id 10.0.0.1\n no bgp ebgp-requires-policy\n coalesce-time 0\n");
      out.append(" timers bgp 80 240\n");
      for (Point.Neighbor it : neighbors) {
        out.append(" neighbor %s remote-as %d\n".formatted(it.address(), it.as()));
        out.append(" neighbor %s passive\n".formatted(it.address()));
        if (!it.isInternal()) {
          out.append(" neighbor %s disable-connected-check\n".formatted(it.address()));
        }
      }
      out.append(" address-family ipv4 unicast\n");
      for (Point.Neighbor it : neighbors) {
        out.append("  neighbor %s activate\n".formatted(it.address()));
        if (!it.isFed()) {
          out.append("  neighbor %s route-map NOTHING out\n".formatted(it.address()));
        }
        if (point.kind() == Point.Kind.REFLECTED && it.isInternal()) {
          out.append("  neighbor %s route-reflector-client\n".formatted(it.address()));
        }
      }
      out.append(" exit-address-family\nroute-map NOTHING deny 10\n");
      Path file = write(in, out.toString());
      String bgpd = "/usr/lib/frr/bgpd";
      List<String> command = new ArrayList<>(List.of(bgpd, "-S", "-u", "root", "-g", "root", "-Z"));
      command.addAll(List.of("-p", String.valueOf(PORT), "-l", ADDRESS, "-f", file.toString()));
      command.addAll(List.of("-i", in.resolve("pid").toString(), "-z", in.resolve("z").toString()));
      command.addAll(List.of("--vty_socket", in.toString(), "-P", "0"));
      return command;
    }
  },

  OPENBGPD("/usr/sbin/bgpd") {
    @Override
    List<String> prepare(Path home, Path in, Point point, List<Point.Neighbor> neighbors)
        throws IOException {
      StringBuilder out = new StringBuilder("AS %d\nrouter-id 10.0.0.1\n".formatted(Point.AS));
      out.append("listen on %s port %d\nfib-update no\nholdtime 240\n".formatted(ADDRESS, PORT));
      out.append("socket \"%s\"\nnexthop qualify via default\n".formatted(in.resolve("ctl")));
      for (Point.Neighbor it : neighbors) {
        out.append("neighbor %s {\n remote-as %d\n passive\n".formatted(it.address(), it.as()));
        out.append(point.kind() == Point.Kind.REFLECTED && it.isInternal() ? " route-reflector\n" : "");
        out.append(it.isFed() ? "}\n" : " export none\n}\n");
      }
      Path file = write(in, out.append("allow from any\nallow to any\n").toString());
      return List.of("/usr/sbin/bgpd", "-d", "-f", file.toString());
    }
  };

  static final String ADDRESS = "10.0.0.1";
  static final int PORT = 1790;

  private final String program;

  Daemon(String program) {
    this.program = program;
  }

  boolean isInstalled() {
    return program.isEmpty() || Files.isExecutable(Path.of(program));
  }

  /// Routes go to the kernel only from us and from BIRD: FRR would need zebra for it.
  boolean can(Point point) {
    return !point.isInKernel() || (KernelTable.isCounted() && (this == BRINDLE || this == BIRD));
  }

  /// @return the command
  abstract List<String> prepare(Path home, Path in, Point point, List<Point.Neighbor> neighbors)
      throws IOException;

  private static Path write(Path in, String text) throws IOException {
    Path file = Files.writeString(in.resolve("conf"), text);
    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    return file;
  }
}
