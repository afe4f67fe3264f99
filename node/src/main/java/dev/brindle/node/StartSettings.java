// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.felix.settings.LogSeverity;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.felix.settings.SettingsResolver;
import dev.brindle.node.settings.NodeSettings;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Felix's settings as they are at the start, for what cannot change while the daemon runs.
final class StartSettings {

  private static final Logger LOG = LoggerFactory.getLogger(StartSettings.class);

  private StartSettings() {}

  /// Says what is wrong with them.
  static Settings of(NodeSettings settings, Datastore datastore) {
    List<FelixConfiguration> configurations =
        datastore.list(ResourceKind.FELIX_CONFIGURATION).stream()
            .map(FelixConfiguration.class::cast)
            .toList();
    Map<String, String> labels =
        datastore
            .get(ResourceKey.of(ResourceKind.NODE, settings.name()))
            .map(stored -> stored.metadata().labels())
            .orElse(Map.of());
    SettingsResolver.Resolved resolved =
        SettingsResolver.resolve(settings.variables(), configurations, settings.name(), labels);
    resolved.warnings().forEach(warning -> LOG.warn("felix: {}", warning));
    LogSeverity severity = resolved.settings().get(Parameters.LOG_SEVERITY_SCREEN);
    if (severity != LogLevel.in(settings.variables()).orElse(LogSeverity.INFO)) {
      LOG.warn(
          "felix: logSeverityScreen is {} ({}): to log so, set {} and start again",
          severity,
          resolved.settings().setting(Parameters.LOG_SEVERITY_SCREEN).source(),
          LogLevel.VARIABLE);
    }
    return resolved.settings();
  }
}
