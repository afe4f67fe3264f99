// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.tests.cluster.Machine.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An etcd for Brindle alone, beside that of Kubernetes: it speaks TLS only, and only with who has
/// a certificate of its authority.
final class OwnEtcd {

  private static final int PORT = 12379;
  private static final int PEERS = 12380;

  private final Machine machine;
  private final String address;
  private final Certificates certificates;
  private final Path log;
  private Optional<Running> running = Optional.empty();

  private OwnEtcd(Machine machine, String address, Certificates certificates, Path log) {
    this.machine = machine;
    this.address = address;
    this.certificates = certificates;
    this.log = log;
  }

  /// Ends when it answers.
  ///
  /// @param address of the machine
  /// @param base where a directory of it is made
  static OwnEtcd start(Machine machine, String address, Path base) {
    Path directory = base.resolve("own-etcd");
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Certificates certificates = Certificates.make(directory, "ca");
    certificates.add("server", "/CN=etcd", "subjectAltName=IP:127.0.0.1,IP:%s".formatted(address));
    certificates.add("client", "/CN=brindle", "extendedKeyUsage=clientAuth");
    OwnEtcd etcd = new OwnEtcd(machine, address, certificates, base.resolve("own-etcd.log"));
    etcd.start();
    return etcd;
  }

  /// With the data that it had. Ends when it answers.
  void start() {
    Running started =
        machine.start(
            List.of(
                Programs.path("etcd"),
                "--data-dir=/var/lib/own-etcd",
                "--unsafe-no-fsync",
                "--listen-client-urls=https://0.0.0.0:" + PORT,
                "--advertise-client-urls=" + url(),
                "--listen-peer-urls=http://127.0.0.1:" + PEERS,
                "--initial-advertise-peer-urls=http://127.0.0.1:" + PEERS,
                "--initial-cluster=default=http://127.0.0.1:" + PEERS,
                "--cert-file=" + file("server.pem"),
                "--key-file=" + file("server.key"),
                "--trusted-ca-file=" + file("ca.pem"),
                "--client-cert-auth"),
            Map.of(),
            log);
    running = Optional.of(started);
    Eventually.until(
        () -> "etcd of Brindle answers: " + started.lastWords(),
        () -> etcdctl("endpoint", "health").code() == 0);
  }

  /// As kill -9 does.
  void kill() {
    running.ifPresent(Running::kill);
    running = Optional.empty();
  }

  String url() {
    return "https://%s:%d".formatted(address, PORT);
  }

  /// `ca.pem`, `client.pem`, `client.key`.
  Path file(String name) {
    return certificates.file(name);
  }

  /// For Brindle's programs.
  Map<String, String> environment() {
    Map<String, String> variables = new TreeMap<>();
    variables.put("DATASTORE_TYPE", "etcdv3");
    variables.put("ETCD_ENDPOINTS", url());
    variables.put("ETCD_CA_CERT_FILE", file("ca.pem").toString());
    variables.put("ETCD_CERT_FILE", file("client.pem").toString());
    variables.put("ETCD_KEY_FILE", file("client.key").toString());
    return variables;
  }

  Machine.Ended etcdctl(String... arguments) {
    List<String> line = new ArrayList<>(List.of(Programs.path("etcdctl")));
    line.add("--endpoints=" + url());
    line.add("--cacert=" + file("ca.pem"));
    line.add("--cert=" + file("client.pem"));
    line.add("--key=" + file("client.key"));
    line.addAll(List.of(arguments));
    return machine.run(line, Map.of("ETCDCTL_API", "3"), "");
  }
}
