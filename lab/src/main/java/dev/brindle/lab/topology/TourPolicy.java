// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

/// The policy of the tour: whoever may, reaches the server on one port; nobody else, nothing else.
public final class TourPolicy {

  public static final String APP = "app";
  public static final String SERVER = "server";
  public static final String ACCESS = "access";
  public static final String GRANTED = "granted";

  /// Where every pod answers, TCP and UDP.
  public static final int PORT = 8080;

  /// Where the server answers too, but the policy lets nobody in.
  public static final int ADMIN_PORT = 9090;

  private TourPolicy() {}

  public static String yaml() {
    return """
    apiVersion: projectcalico.org/v3
    kind: NetworkPolicy
    metadata:
      name: friends-only
      namespace: default
    spec:
      selector: %s == '%s'
      types: [Ingress]
      ingress:
        - action: Allow
          protocol: TCP
          source:
            selector: %s == '%s'
          destination:
            ports: [%d]
    """
        .formatted(APP, SERVER, ACCESS, GRANTED, PORT);
  }

  static boolean selects(PodSpec pod) {
    return SERVER.equals(pod.labels().get(APP));
  }

  static boolean admits(PodSpec from, Traffic traffic) {
    return GRANTED.equals(from.labels().get(ACCESS)) && traffic.equals(Traffic.tcp(PORT));
  }
}
