// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// The directory where a lab keeps its store, logs and configuration. Everything a lab leaves, it
/// leaves here.
public record Workplace(Path directory) {

  private static final Path RUN = Path.of("/run/brindle");

  public Path store() {
    return directory.resolve("cluster.db");
  }

  public Path log(String program) {
    return directory.resolve(program + ".log");
  }

  /// For what libraries unpack: they leave it behind if their process is killed that moment.
  public static Path temporary() {
    return RUN.resolve("tmp");
  }

  /// Where `lab status` and the like reach the supervisor.
  public Path control() {
    return directory.resolve("control");
  }

  /// A file with a text, for a program to read.
  public Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /// What etcd keeps.
  Path etcd() {
    return directory.resolve("etcd");
  }

  /// What is written when something is stored.
  public Path storeLog() throws IOException {
    if (!Files.exists(endpoint())) {
      return store().resolveSibling(store().getFileName() + "-wal");
    }
    try (Stream<Path> logs = Files.list(etcd().resolve("member/wal"))) {
      return logs.filter(file -> file.toString().endsWith(".wal"))
          .max(Comparator.naturalOrder())
          .orElseThrow(() -> new IOException("etcd has no log in " + etcd()));
    }
  }

  /// Where etcd answers; without this file the store is the embedded one.
  private Path endpoint() {
    return directory.resolve("etcd.endpoint");
  }

  void useEtcd(String endpoint) throws IOException {
    Files.writeString(endpoint(), endpoint);
  }

  /// What every Brindle program has to know to be in this lab's cluster.
  public Map<String, String> cluster() {
    Map<String, String> cluster = new HashMap<>(Map.of("BRINDLE_JAVA_OPTS", javaOptions()));
    if (Files.exists(endpoint())) {
      cluster.put("DATASTORE_TYPE", "etcdv3");
      cluster.put("ETCD_ENDPOINTS", endpointText());
    } else {
      cluster.put("DATASTORE_TYPE", "embedded");
      cluster.put("BRINDLE_DATASTORE_FILE", store().toString());
    }
    return cluster;
  }

  private String endpointText() {
    try {
      return Files.readString(endpoint());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The user's own, if any, and where its temporary files go.
  static String javaOptions() {
    String users = System.getenv().getOrDefault("BRINDLE_JAVA_OPTS", "");
    return "%s -Djava.io.tmpdir=%s".formatted(users, temporary()).strip();
  }

  /// Where the daemon and the plugin of a node meet; in memory, gone with the lab.
  public Path run(String node) {
    return RUN.resolve(node);
  }

  public Path cni(String node) {
    return run(node).resolve("cni");
  }

  public Path state(String node) {
    return directory.resolve(node);
  }

  /// What a node has of a file system of its own: files of a machine that a doctor looks at.
  public Path machine(String node) {
    return directory.resolve("machine").resolve(node);
  }
}
