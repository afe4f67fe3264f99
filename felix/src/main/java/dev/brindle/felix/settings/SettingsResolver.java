// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorSyntaxException;
import dev.brindle.api.resource.FelixConfiguration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Decides which value counts: environment, then FelixConfiguration `node.<name>`, then one whose
/// nodeSelector fits, then `default`, then what is built in. A value that cannot be read counts as
/// absent and is reported.
public final class SettingsResolver {

  private static final String PREFIX = "FELIX_";
  private static final String NODE_PREFIX = "node.";
  private static final String NODE_SELECTOR = "nodeSelector";

  private final List<String> warnings = new ArrayList<>();

  private SettingsResolver() {}

  /// @param warnings what was asked for and does not count, and why
  public record Resolved(Settings settings, List<String> warnings) {

    public Resolved {
      warnings = List.copyOf(warnings);
    }
  }

  /// @param environment all of it; only `FELIX_...` is read
  /// @param node name of this node
  /// @param labels of this node, for nodeSelector
  public static Resolved resolve(
      Map<String, String> environment,
      Collection<FelixConfiguration> configurations,
      String node,
      Map<String, String> labels) {
    var resolver = new SettingsResolver();
    Settings settings = Settings.DEFAULTS;
    for (Layer layer : resolver.layers(environment, configurations, node, labels)) {
      settings = resolver.apply(layer, settings);
    }
    return new Resolved(settings, resolver.warnings);
  }

  /// Weakest first.
  private List<Layer> layers(
      Map<String, String> environment,
      Collection<FelixConfiguration> configurations,
      String node,
      Map<String, String> labels) {
    List<Layer> layers = new ArrayList<>();
    named(configurations, FelixConfiguration.DEFAULT)
        .map(found -> resourceLayer(found, Setting.Source.CLUSTER))
        .ifPresent(layers::add);
    configurations.stream()
        .filter(this::hasScope)
        .sorted(Comparator.comparing(c -> c.metadata().creationTimestamp()))
        .filter(found -> selects(found, labels))
        .findFirst()
        .map(found -> resourceLayer(found, Setting.Source.SELECTOR))
        .ifPresent(layers::add);
    named(configurations, NODE_PREFIX + node)
        .map(found -> resourceLayer(found, Setting.Source.NODE))
        .ifPresent(layers::add);
    layers.add(environmentLayer(environment));
    return layers;
  }

  private static Optional<FelixConfiguration> named(
      Collection<FelixConfiguration> configurations, String name) {
    return configurations.stream().filter(c -> c.metadata().name().equals(name)).findFirst();
  }

  private boolean hasScope(FelixConfiguration configuration) {
    String name = configuration.metadata().name();
    return !name.equals(FelixConfiguration.DEFAULT) && !name.startsWith(NODE_PREFIX);
  }

  private boolean selects(FelixConfiguration configuration, Map<String, String> labels) {
    String text = Objects.toString(configuration.spec().get(NODE_SELECTOR), "");
    if (text.isBlank()) {
      return false;
    }
    try {
      return Selector.parse(text).matches(labels);
    } catch (SelectorSyntaxException e) {
      warnings.add(
          "FelixConfiguration %s: nodeSelector '%s' selects no node: %s"
              .formatted(configuration.metadata().name(), text, e.getMessage()));
      return false;
    }
  }

  private static Layer resourceLayer(FelixConfiguration configuration, Setting.Source source) {
    Map<String, String> texts = new TreeMap<>();
    configuration
        .spec()
        .forEach((field, value) -> texts.put(field, isNone(field, value) ? "none" : text(value)));
    texts.remove(NODE_SELECTOR);
    return new Layer(
        source,
        ParameterType.Form.RESOURCE,
        "FelixConfiguration %s, ".formatted(configuration.metadata().name()),
        texts);
  }

  /// An empty list says something where `none` does.
  private static boolean isNone(String field, Object value) {
    return value instanceof Collection<?> list
        && list.isEmpty()
        && Parameters.ALL.stream()
            .anyMatch(known -> known.field().equals(field) && known.type().readsNone());
  }

  private static String text(Object value) {
    return switch (value) {
      case Collection<?> all ->
          all.stream().map(SettingsResolver::text).collect(Collectors.joining(","));
      case Map<?, ?> port when port.containsKey("port") -> portText(port);
      case Double number when number == Math.rint(number) && Math.abs(number) < 1L << 53 ->
          Long.toString(number.longValue());
      default -> value.toString().strip();
    };
  }

  /// `{protocol, net, port}` as the environment has it: `tcp:[net]:22`.
  private static String portText(Map<?, ?> port) {
    String protocol = Objects.toString(port.get("protocol"), "TCP");
    String net = Objects.toString(port.get("net"), "");
    String number = text(Objects.requireNonNull(port.get("port")));
    return net.isEmpty()
        ? "%s:%s".formatted(protocol, number)
        : "%s:[%s]:%s".formatted(protocol, net, number);
  }

  private static Layer environmentLayer(Map<String, String> environment) {
    Map<String, String> texts = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.toUpperCase(Locale.ROOT).startsWith(PREFIX)) {
            texts.put(name.substring(PREFIX.length()).toUpperCase(Locale.ROOT), value.strip());
          }
        });
    return new Layer(Setting.Source.ENVIRONMENT, ParameterType.Form.ENVIRONMENT, PREFIX, texts);
  }

  private Settings apply(Layer layer, Settings below) {
    Settings settings = below;
    Map<String, String> left = new TreeMap<>(layer.texts());
    for (Parameter<?> parameter : Parameters.ALL) {
      String text = left.remove(layer.keyOf(parameter.name(), parameter.field()));
      if (text != null && !text.isEmpty()) {
        settings = read(parameter, text, layer, settings);
      }
    }
    warnAboutOthers(left, layer);
    return settings;
  }

  private <T> Settings read(Parameter<T> parameter, String text, Layer layer, Settings below) {
    try {
      T value =
          text.equalsIgnoreCase("none") && !parameter.type().readsNone()
              ? parameter.fallback()
              : parameter.type().read(text, layer.form());
      return below.with(parameter, value, layer.source());
    } catch (IllegalArgumentException e) {
      warnings.add(
          "%s%s: '%s' is not %s (%s); it counts as absent"
              .formatted(
                  layer.where(),
                  layer.keyOf(parameter.name(), parameter.field()),
                  text,
                  parameter.type().expected(),
                  e.getMessage()));
      return below;
    }
  }

  private void warnAboutOthers(Map<String, String> left, Layer layer) {
    Set<String> elsewhere =
        OtherParameters.READ_ELSEWHERE.stream()
            .map(name -> name.toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet());
    Map<String, OtherParameters.Other> known =
        OtherParameters.ALL.stream()
            .collect(
                Collectors.toMap(
                    other -> layer.keyOf(other.name(), other.field()),
                    other -> other,
                    (first, _) -> first));
    left.forEach(
        (key, text) -> {
          OtherParameters.Other other = known.get(key);
          if (other == null && !elsewhere.contains(key)) {
            warnings.add("%s%s: there is no such setting".formatted(layer.where(), key));
          } else if (other != null && !text.isEmpty() && !other.isDefault(text, layer.form())) {
            warnings.add(
                "%s%s: '%s' has no effect in this version".formatted(layer.where(), key, text));
          }
        });
  }

  /// Settings from one place.
  ///
  /// @param texts by upper-case name in the environment, by field in a resource
  private record Layer(
      Setting.Source source, ParameterType.Form form, String where, Map<String, String> texts) {

    String keyOf(String name, String field) {
      return switch (form) {
        case ENVIRONMENT -> name.toUpperCase(Locale.ROOT);
        case RESOURCE -> field;
      };
    }
  }
}
