// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `Training DIRECTORY COMMAND...`: starts a speaker by COMMAND and its file, on 127.0.0.1 and any free port,
/// has it do a little of everything, and ends it. What it remembers of that is for its ahead-of-time cache.
final class Training {

  private static final int LOOPBACK = 127;
  private static final int SECONDS = 60;

  private Training() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    int port = freePort();
    Map<String, Point.Neighbor> neighbors = new LinkedHashMap<>();
    for (Point point : Point.TRAINING) {
      point.neighbors(LOOPBACK).forEach(it -> neighbors.put(it.address(), it));
    }
    Path file = directory.resolve("speaker.yaml");
    Files.writeString(
        file, SpeakerFile.of("127.0.0.1", port, true, false, List.copyOf(neighbors.values())));
    List<String> command = new ArrayList<>(List.of(args).subList(1, args.length));
    command.addAll(List.of("--config", file.toString()));
    command.addAll(List.of("--control", directory.resolve("control").toString()));
    Process speaker = new ProcessBuilder(command).inheritIO().start();
    try {
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", port);
      Waiting.untilListening(speaker, address);
      for (Point point : Point.TRAINING) {
        try (Load load = new Load(point, address, LOOPBACK, 1, SECONDS)) {
          System.out.printf("%s: %.2f s%n", point.name(), load.run());
        }
        Waiting.untilIdle(List.of(speaker.toHandle()));
      }
    } finally {
      speaker.destroy();
      if (!speaker.waitFor(SECONDS, TimeUnit.SECONDS)) {
        speaker.destroyForcibly();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
