// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Another host on a link of ours, as a network namespace: we are 198.51.100.1 and 2001:db8:1::1 on
/// the link, it is .2. It lives as long as a process of ours; the link goes with it.
final class Neighbourhood {

  static final IpAddress OURS = IpAddress.parse("198.51.100.1");
  static final IpAddress THEIRS = IpAddress.parse("198.51.100.2");
  static final IpAddress OURS6 = IpAddress.parse("2001:db8:1::1");
  static final IpAddress THEIRS6 = IpAddress.parse("2001:db8:1::2");

  /// Behind the link: on loopback of either side, with routes.
  static final IpAddress FAR_OURS = IpAddress.parse("203.0.113.1");

  static final IpAddress FAR_THEIRS = IpAddress.parse("203.0.113.2");

  private @Nullable Process holder;

  void create() throws IOException, InterruptedException {
    OwnNetwork.assumeThere();
    Process process =
        new ProcessBuilder("unshare", "--net", "sh", "-c", "echo there; exec cat")
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    if (!"there".equals(output.readLine())) {
      throw new IllegalStateException("no second namespace");
    }
    holder = process;
    run("ip link add near type veth peer name far netns " + process.pid());
    for (String host : List.of("near 1", "far 2")) {
      String[] words = host.split(" ", -1);
      String link = words[0];
      String number = words[1];
      boolean isOurs = link.equals("near");
      String other = isOurs ? "2" : "1";
      for (String command :
          List.of(
              "ip link set lo up",
              "ip link set " + link + " up",
              "ip address add 198.51.100." + number + "/24 dev " + link,
              "ip address add 2001:db8:1::" + number + "/64 dev " + link + " nodad",
              "ip address add 203.0.113." + number + "/32 dev lo",
              "ip route add 203.0.113." + other + " via 198.51.100." + other)) {
        run(isOurs ? command : inside() + command);
      }
    }
  }

  private String inside() {
    return "nsenter --target " + Objects.requireNonNull(holder).pid() + " --net ";
  }

  /// A command that runs there.
  List<String> there(List<String> command) {
    List<String> words = new ArrayList<>(List.of(inside().strip().split(" ", -1)));
    words.addAll(command);
    return words;
  }

  /// Its end of the link: nothing passes any more.
  void cut() throws IOException, InterruptedException {
    run(inside() + "ip link set far down");
  }

  static void run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command.split(" ", -1)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("%s: %s".formatted(command, output));
    }
  }

  void remove() throws IOException, InterruptedException {
    if (holder != null) {
      run("ip link del near");
      run("ip address del 203.0.113.1/32 dev lo");
      holder.destroyForcibly().waitFor();
    }
  }
}
