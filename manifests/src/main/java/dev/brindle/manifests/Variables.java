// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The environment of a container: what is set, and beside it what may be.
final class Variables {

  private static final String END = "";

  private final List<EnvVar> all = new ArrayList<>();
  private final Map<String, String> words = new LinkedHashMap<>();
  private final List<String> offered = new ArrayList<>();
  private String waiting = "";

  Variables set(String name, String value, String why) {
    return add(new EnvVarBuilder().withName(name).withValue(value).build(), why);
  }

  /// @param field of the pod, `spec.nodeName`
  Variables ofPod(String name, String field, String why) {
    return add(
        new EnvVarBuilder()
            .withName(name)
            .withNewValueFrom()
            .withNewFieldRef()
            .withFieldPath(field)
            .endFieldRef()
            .endValueFrom()
            .build(),
        why);
  }

  /// @param isOptional whether the key may be missing
  Variables ofConfig(String name, String key, boolean isOptional, String why) {
    var source =
        new EnvVarBuilder()
            .withName(name)
            .withNewValueFrom()
            .withNewConfigMapKeyRef()
            .withName(Names.CONFIG)
            .withKey(key);
    return add(
        (isOptional ? source.withOptional(true) : source)
            .endConfigMapKeyRef()
            .endValueFrom()
            .build(),
        why);
  }

  private Variables add(EnvVar variable, String why) {
    all.add(variable);
    say(variable.getName(), joined(waiting, why, "\n\n"));
    waiting = "";
    return this;
  }

  /// One that is not set, as a remark that can be made a variable.
  Variables offer(String name, String value, String why) {
    String item = "- name: %s%n  value: \"%s\"".formatted(name, value);
    waiting = joined(waiting, joined(why, item, "\n"), "\n\n");
    offered.add(name);
    return this;
  }

  private void say(String name, String text) {
    if (!text.isEmpty()) {
      words.put(name, text);
    }
  }

  private static String joined(String one, String other, String between) {
    String first = one.strip();
    String second = other.strip();
    return first.isEmpty() || second.isEmpty() ? first + second : first + between + second;
  }

  List<EnvVar> list() {
    return List.copyOf(all);
  }

  /// Names of those that may be set.
  List<String> offered() {
    return List.copyOf(offered);
  }

  /// @param place of the container in its object
  void explain(Remarks remarks, String place) {
    say(END, waiting);
    words.forEach((name, text) -> remarks.at("%s.env[%s]".formatted(place, name), text));
  }
}
