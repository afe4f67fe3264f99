// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import dev.brindle.api.net.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/// How to find the node's address (`IP_AUTODETECTION_METHOD`).
public sealed interface DetectionMethod {

  /// On any interface that does not look like a container network's.
  record FirstFound() implements DetectionMethod {

    @Override
    public String toString() {
      return "first-found";
    }
  }

  /// On an interface whose name has one of the patterns in it.
  record OnInterface(List<Pattern> names) implements DetectionMethod {

    public OnInterface {
      names = List.copyOf(names);
    }

    @Override
    public String toString() {
      return "interface=" + joined(names);
    }
  }

  /// As `FirstFound`, but also not on these.
  record SkipInterface(List<Pattern> names) implements DetectionMethod {

    public SkipInterface {
      names = List.copyOf(names);
    }

    @Override
    public String toString() {
      return "skip-interface=" + joined(names);
    }
  }

  /// On any interface, inside one of these.
  record InCidr(List<Cidr> cidrs) implements DetectionMethod {

    public InCidr {
      cidrs = List.copyOf(cidrs);
    }

    @Override
    public String toString() {
      return "cidr=" + joined(cidrs);
    }
  }

  /// The one that packets to this host leave from.
  record CanReach(String host) implements DetectionMethod {

    @Override
    public String toString() {
      return "can-reach=" + host;
    }
  }

  /// The one that Kubernetes has for the node as its `InternalIP`.
  record KubernetesInternalIp() implements DetectionMethod {

    @Override
    public String toString() {
      return "kubernetes-internal-ip";
    }
  }

  private static String joined(List<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  /// @param variable for the error
  /// @throws BadSettingException if the text is no method, or one we do not have
  static DetectionMethod parse(String variable, String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    String value = equals < 0 ? "" : text.substring(equals + 1);
    return switch (name) {
      case "", "first-found" -> new FirstFound();
      case "interface" -> new OnInterface(patterns(variable, text, value));
      case "skip-interface" -> new SkipInterface(patterns(variable, text, value));
      case "cidr" -> new InCidr(cidrs(variable, text, value));
      case "can-reach" -> new CanReach(needed(variable, text, value));
      case "kubernetes-internal-ip" -> new KubernetesInternalIp();
      default ->
          throw new BadSettingException(
              variable,
              text,
              "first-found, interface=REGEX,.., skip-interface=REGEX,.., cidr=CIDR,..,"
                  + " can-reach=HOST, or kubernetes-internal-ip");
    };
  }

  private static String needed(String variable, String text, String value) {
    if (value.isBlank()) {
      throw new BadSettingException(variable, text, "a value after '='");
    }
    return value.strip();
  }

  private static List<Pattern> patterns(String variable, String text, String value) {
    List<Pattern> patterns = new ArrayList<>();
    for (String regex : needed(variable, text, value).split(",", -1)) {
      try {
        patterns.add(Pattern.compile(regex.strip()));
      } catch (PatternSyntaxException e) {
        throw new BadSettingException(
            variable, text, "regular expressions joined by ',': " + e.getDescription());
      }
    }
    return patterns;
  }

  private static List<Cidr> cidrs(String variable, String text, String value) {
    return Arrays.stream(needed(variable, text, value).split(",", -1))
        .map(
            cidr ->
                Cidr.tryParse(cidr.strip())
                    .orElseThrow(
                        () -> new BadSettingException(variable, text, "CIDRs joined by ','")))
        .toList();
  }
}
