// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the controllers are to do now. A change counts at once: nobody has to start anew.
final class SettingsWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);

  static final ResourceKey PLACE =
      ResourceKey.of(ResourceKind.KUBE_CONTROLLERS_CONFIGURATION, ControllerSettings.NAME);

  private final Map<String, String> environment;
  private final Feed feed;
  private Optional<KubeControllersConfiguration> stored = Optional.empty();
  private final List<Runnable> listeners = new ArrayList<>();
  private boolean isInSync;
  private volatile ControllerSettings settings;

  SettingsWatch(Datastore store, Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.settings = ControllerSettings.of(Optional.empty(), environment);
    this.feed = store.feed(List.of(ResourceKind.KUBE_CONTROLLERS_CONFIGURATION), new Listener());
  }

  /// The usual ones until the store has said otherwise.
  ControllerSettings settings() {
    return settings;
  }

  /// Whether the store has said what it holds.
  synchronized boolean isKnown() {
    return isInSync;
  }

  /// @param listener is told of each change, and must return at once
  synchronized void onNews(Runnable listener) {
    listeners.add(listener);
  }

  synchronized void forget(Runnable listener) {
    listeners.remove(listener);
  }

  private synchronized void take(Optional<KubeControllersConfiguration> value) {
    stored = value;
    if (isInSync) {
      apply();
    }
  }

  private synchronized void allTold() {
    isInSync = true;
    apply();
  }

  private void apply() {
    ControllerSettings before = settings;
    ControllerSettings now = ControllerSettings.of(stored, environment);
    now.warnings().stream()
        .filter(warning -> !before.warnings().contains(warning))
        .forEach(warning -> LOG.warn("{}: {}", PLACE, warning));
    if (!now.spec().equals(before.spec())) {
      LOG.info("settings are others now: {}", now.spec());
    }
    settings = now;
    listeners.forEach(Runnable::run);
  }

  @Override
  public void close() {
    feed.close();
  }

  private final class Listener implements FeedListener {

    @Override
    public void changed(List<Change> changes) {
      changes.stream()
          .filter(change -> change.key().equals(PLACE))
          .forEach(change -> take(change.value().map(KubeControllersConfiguration.class::cast)));
    }

    @Override
    public void inSync() {
      allTold();
    }
  }
}
