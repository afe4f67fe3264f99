// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.host.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A real etcd, on a machine of its own, in place of the embedded store.
public final class EtcdProgram implements AutoCloseable {

  private static final int PORT = 2379;
  private static final String PEERS = "http://127.0.0.1:2380";
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Host machine;
  private final IpAddress address;
  private final Workplace workplace;
  private final Process process;

  private EtcdProgram(Host machine, IpAddress address, Workplace workplace, Process process) {
    this.machine = machine;
    this.address = address;
    this.workplace = workplace;
    this.process = process;
  }

  /// From now on it is the store of this workplace.
  ///
  /// @param address of the machine, as others know it
  /// @throws IllegalArgumentException if it is not installed
  public static EtcdProgram start(
      Installation installation, Host machine, IpAddress address, Workplace workplace)
      throws IOException {
    String endpoint = endpoint(address.toString(), address.family());
    // on all addresses: its own may not be fit for use yet, in IPv6
    String all = endpoint(address.family() == IpFamily.IPV4 ? "0.0.0.0" : "::", address.family());
    Process process =
        machine.start(
            List.of(
                installation.etcd().toString(),
                "--name=lab",
                "--data-dir=" + workplace.etcd(),
                "--listen-client-urls=" + all,
                "--advertise-client-urls=" + endpoint,
                "--listen-peer-urls=" + PEERS,
                "--initial-advertise-peer-urls=" + PEERS,
                "--initial-cluster=lab=" + PEERS,
                "--logger=zap",
                "--log-level=warn"),
            Map.of(),
            workplace.log(machine.name()));
    workplace.useEtcd(endpoint);
    return new EtcdProgram(machine, address, workplace, process);
  }

  private static String endpoint(String host, IpFamily family) {
    return (family == IpFamily.IPV4 ? "http://%s:%d" : "http://[%s]:%d").formatted(host, PORT);
  }

  /// Why it cannot be used; empty if it can.
  public Optional<String> notReady() {
    if (!process.isAlive()) {
      return Optional.of(
          "etcd has ended with exit code %d, see %s"
              .formatted(process.exitValue(), workplace.log(machine.name())));
    }
    return machine.inside(this::tryToCall);
  }

  private Optional<String> tryToCall() {
    try (var socket = new Socket()) {
      var there = new InetSocketAddress(InetAddress.getByAddress(address.bytes()), PORT);
      socket.connect(there, (int) PATIENCE.toMillis());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("etcd does not answer: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
