// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.program.NodeDaemon;
import dev.brindle.lab.topology.Addressing;
import dev.brindle.lab.topology.NodeSpec;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A node that gets a fault, and all that is to be done to take it away again.
final class Patient {

  private static final List<String> TUNNELS = List.of("vxlan.calico", "tunl0");

  private static final int AGAIN_MILLIS = 200;

  private final Rig rig;
  private final NodeSpec node;
  private final String fault;
  private final Deque<Remedy> remedies = new ArrayDeque<>();
  private final Map<String, String> settings = new TreeMap<>();

  /// Takes one thing back. It is no error if that is gone.
  interface Remedy {
    void apply() throws IOException, InterruptedException;
  }

  /// @param fault its name, which nothing else has
  Patient(Rig rig, NodeSpec node, String fault) {
    this.rig = rig;
    this.node = node;
    this.fault = fault;
  }

  Rig rig() {
    return rig;
  }

  NodeSpec node() {
    return node;
  }

  String fault() {
    return fault;
  }

  Host host() {
    return rig.host(node.name());
  }

  Kernel kernel() {
    return host().kernel();
  }

  /// The family that the lab has, IPv4 if it has both.
  IpFamily family() {
    return rig.topology().family().families().getFirst();
  }

  IpAddress address() {
    return Addressing.node(node, family()).address();
  }

  /// Another node.
  ///
  /// @throws IllegalStateException if there is none
  NodeSpec other() {
    return rig.topology().nodes().stream()
        .filter(each -> !each.equals(node))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this lab has no other node"));
  }

  /// What is to be done in the end. The last comes first.
  void later(Remedy remedy) {
    remedies.push(remedy);
  }

  /// Takes all back. What does not work keeps nothing else from being taken back.
  ///
  /// @throws RuntimeException the first that did not work
  void heal() {
    Optional<RuntimeException> failure = Optional.empty();
    while (!remedies.isEmpty()) {
      try {
        remedies.pop().apply();
      } catch (IOException e) {
        failure = failure.or(() -> Optional.of(new UncheckedIOException(e)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure = failure.or(() -> Optional.of(new IllegalStateException("interrupted", e)));
      } catch (RuntimeException e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    failure.ifPresent(
        e -> {
          throw e;
        });
  }

  // ---- the daemon

  /// Configures the daemon otherwise from its next start on; several may be set.
  void set(String variable, String value) {
    NodeDaemon daemon = rig.daemon(node.name());
    if (settings.isEmpty()) {
      later(() -> daemon.configureBack(fault));
    }
    settings.put(variable, value);
    daemon.configure(fault, settings);
  }

  /// Kills the daemon, which comes back at once.
  void restartDaemon() {
    rig.daemon(node.name()).kill(true);
  }

  /// Kills the daemon until the fault is healed.
  void holdDaemon() {
    rig.daemon(node.name()).hold(fault);
    later(() -> rig.daemon(node.name()).release(fault));
  }

  // ---- the kernel

  /// @param path below `/proc/sys`
  void sysctl(String path, String value) {
    String before =
        kernel()
            .sysctl()
            .read(path)
            .orElseThrow(() -> new IllegalStateException("there is no setting " + path));
    later(() -> kernel().sysctl().write(path, before));
    kernel().sysctl().write(path, value);
  }

  /// Sets it again and again, as a hardening script does, since the daemon sets it right.
  ///
  /// @param path below `/proc/sys`
  void sysctlAgain(String path, String value) {
    sysctl(path, value);
    var healed = new CountDownLatch(1);
    Path namespace = host().path();
    Thread script =
        Thread.ofPlatform().daemon().name(fault).start(() -> keep(namespace, path, value, healed));
    later(
        () -> {
          healed.countDown();
          script.join();
        });
  }

  private static void keep(Path namespace, String path, String value, CountDownLatch healed) {
    try (LiveKernel kernel = LiveKernel.open(namespace)) {
      while (!healed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        kernel.sysctl().write(path, value);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// An interface that is up.
  ///
  /// @param address with its length
  void device(String name, String address) {
    if (kernel().links().find(name).isPresent()) {
      throw new IllegalStateException("%s has an interface %s".formatted(node.name(), name));
    }
    String end = "x-" + name;
    later(() -> kernel().links().delete(name));
    kernel()
        .links()
        .createVeth(
            name, Optional.empty(), 1500, 0, end, Optional.empty(), host().path().toString());
    host().setUp(end, true);
    host().setUp(name, true);
    kernel()
        .links()
        .addAddress(
            kernel().links().find(name).orElseThrow().index(), InterfaceAddress.parse(address));
  }

  /// The interface that tunnels leave by.
  ///
  /// @throws IllegalStateException if the lab has no tunnels
  Link tunnel() {
    return TUNNELS.stream()
        .flatMap(name -> kernel().links().find(name).stream())
        .filter(Link::isUp)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this lab has no tunnels of IPv4; use: brindle lab up --encap vxlan, and not --family 6"));
  }

  // ---- files and the store

  /// Where programs and files of the fault itself are; gone with it.
  Path directory() throws IOException {
    Path directory = rig.workplace().run(node.name()).resolve(fault);
    Files.createDirectories(directory);
    later(() -> Files.deleteIfExists(directory));
    return directory;
  }

  /// A file of the fault itself.
  Path file(String name, String text) throws IOException {
    Path file = Files.writeString(directory().resolve(name), text);
    later(() -> Files.deleteIfExists(file));
    return file;
  }

  /// A file of the machine, such as `etc/cni/net.d/10-x.conflist`.
  void machineFile(String path, String text) throws IOException {
    Path root = rig.workplace().machine(node.name());
    Path file = root;
    for (Path part : Path.of(path)) {
      file = file.resolve(part);
      if (!Files.exists(file)) {
        Path made = file;
        later(() -> Files.deleteIfExists(made));
        if (file.endsWith(Path.of(path).getFileName())) {
          Files.writeString(file, text);
        } else {
          Files.createDirectory(file);
        }
      }
    }
  }

  /// Resources that are in the store until the fault is healed.
  void apply(String yaml) throws IOException, InterruptedException {
    Path file = file("resources.yaml", yaml);
    later(() -> rig.brindle(List.of("delete", "--skip-not-exists", "-f", file.toString())));
    rig.brindle(List.of("apply", "-f", file.toString()));
  }
}
