// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.connect.ConfigFile;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.datastore.connect.StoreField;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.node.settings.BadSettingException;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.settings.NodeSettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process of one node, from its settings to its end.
public final class NodeProcess {

  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  /// How long the parts may take to end; who ends us waits for two seconds.
  private static final Duration PATIENCE = Duration.ofMillis(1500);

  /// They are there for kubectl, or with another field only.
  private static final Set<StoreField> SAY_NO_STORE =
      EnumSet.of(StoreField.KUBECONFIG, StoreField.K8S_CURRENT_CONTEXT);

  private NodeProcess() {}

  /// Which store, by what `--config` names, or the environment, or the file that all programs read.
  ///
  /// @throws IllegalArgumentException if that names none
  public static DatastoreSettings store(Optional<Path> config, Map<String, String> environment) {
    boolean isSaid =
        Arrays.stream(StoreField.values())
            .filter(field -> !SAY_NO_STORE.contains(field))
            .anyMatch(field -> field.in(environment).isPresent());
    Optional<Path> file =
        config.or(
            () -> Optional.of(ConfigFile.DEFAULT).filter(path -> !isSaid && Files.exists(path)));
    if (file.isEmpty()) {
      return DatastoreSettings.fromEnvironment(environment);
    }
    Map<StoreField, String> fields = ConfigFile.read(file.get());
    StoreField context = StoreField.K8S_CURRENT_CONTEXT;
    context.in(environment).ifPresent(name -> fields.put(context, name));
    return DatastoreSettings.of(fields);
  }

  static void run(Map<String, String> environment, Optional<Path> config, List<String> remarks)
      throws InterruptedException {
    long begin = System.nanoTime();
    LastWords lastWords = LastWords.install();
    try {
      NodeSettings settings = settings(environment);
      LOG.info("node {} starts", settings.name());
      remarks.forEach(LOG::warn);
      HostFacts.checkRights(); // before the store, which others may not write either
      Datastore store = open(config, environment);
      StoreWait wait = StoreWait.of(environment, store);
      wait.begin();
      RunningNode node = Wiring.start(settings, store, beside(config, environment), wait);
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

  public static NodeSettings settings(Map<String, String> environment) {
    NodeSettings first =
        NodeSettingsReader.read(environment, new NodeSettingsReader.HostNames("", "unnamed"));
    return NodeSettingsReader.read(environment, HostFacts.names(first));
  }

  /// Where the store is in etcd. Not for an embedded one, beside which a kubeconfig may be
  /// anybody's.
  private static Optional<Datastore> beside(
      Optional<Path> config, Map<String, String> environment) {
    if (!store(config, environment).type().equals(DatastoreSettings.ETCD)) {
      return Optional.empty();
    }
    try {
      return DatastoreSettings.kubernetesBeside(environment).map(DatastoreSettings::open);
    } catch (IllegalArgumentException | DatastoreException e) {
      LOG.warn("Kubernetes does not hear how this node is: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Datastore open(Optional<Path> config, Map<String, String> environment) {
    try {
      return store(config, environment).open();
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
