// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.node.settings.BadSettingException;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.settings.NodeSettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `brindle node run`: the daemon of one node, configured by its environment as calico/node is.
///
/// Exit codes: 0 when it was told to end (SIGTERM, SIGINT), 1 when it cannot start, 2 when a part
/// has failed in a way that nobody expected.
public final class NodeMain {

  static {
    LogLevel.set(System.getenv());
  }

  private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);

  /// How long the parts may take to end; who ends us waits for two seconds.
  private static final Duration PATIENCE = Duration.ofMillis(1500);

  static final String USAGE =
      """
      Usage: brindle node run

      Runs the daemon of this node: BGP, policy and the CNI server. It is configured by the
      environment as calico/node is: NODENAME, IP, IP6, AS, CALICO_IPV4POOL_CIDR, FELIX_..., and
        BRINDLE_RUN_DIR    sockets (default /run/brindle)
        BRINDLE_CNI_DIR    the CNI plugin's FIFOs (default /run/brindle/cni)
        BRINDLE_STATE_DIR  files that are kept (default /var/lib/brindle)

      FELIX_LOGSEVERITYSCREEN=Debug logs more.
      """;

  private NodeMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    List<String> words = List.of(arguments);
    if (words.contains("--help") || words.contains("-h")) {
      System.out.print(USAGE);
    } else if (words.equals(List.of("run"))) {
      run(System.getenv());
    } else {
      String strange = words.stream().filter(word -> !word.equals("run")).findFirst().orElse("");
      System.err.printf(
          "brindle node run: '%s' is too much: it is configured by the environment%n%n%s",
          strange, USAGE);
      System.exit(1);
    }
  }

  private static void run(Map<String, String> environment) throws InterruptedException {
    long begin = System.nanoTime();
    LastWords lastWords = LastWords.install();
    try {
      NodeSettings settings = settings(environment);
      LOG.info("node {} starts", settings.name());
      HostFacts.checkRights(); // before the store, which others may not write either
      Datastore store = open(environment);
      if (StoreWait.isWanted(environment)) {
        StoreWait.until(store::check, StoreWait.PAUSE);
      }
      RunningNode node = Wiring.start(settings, store);
      endOnSignal(node, lastWords);
      LOG.info(
          "node {} runs after {} ms", settings.name(), (System.nanoTime() - begin) / 1_000_000);
      new CountDownLatch(1).await();
    } catch (BadSettingException | StartException | DatastoreException | KernelException e) {
      LOG.error("cannot start: {}", e.getMessage());
      LOG.debug("cannot start", e);
      Runtime.getRuntime().halt(1);
    }
  }

  private static NodeSettings settings(Map<String, String> environment) {
    NodeSettings first =
        NodeSettingsReader.read(environment, new NodeSettingsReader.HostNames("", "unnamed"));
    Path nameFile = first.nameFile();
    return NodeSettingsReader.read(environment, HostFacts.names(nameFile));
  }

  private static Datastore open(Map<String, String> environment) {
    try {
      return DatastoreSettings.fromEnvironment(environment).open();
    } catch (IllegalArgumentException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /// BGP leaves without a word, so that peers keep our routes while we restart; what is in the
  /// kernel stays.
  private static void endOnSignal(RunningNode node, LastWords lastWords) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("end")
                .unstarted(
                    () -> {
                      lastWords.ending();
                      close(node);
                      LOG.info("ended");
                      Runtime.getRuntime().halt(0);
                    }));
  }

  /// A part that waits for a store or a peer that is away is left behind: all it would do is stop.
  private static void close(RunningNode node) {
    Thread closing = Thread.ofPlatform().daemon().name("end-parts").start(node::close);
    try {
      if (!closing.join(PATIENCE)) {
        LOG.warn("{} has not ended after {} ms, left behind", node.ending(), PATIENCE.toMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
