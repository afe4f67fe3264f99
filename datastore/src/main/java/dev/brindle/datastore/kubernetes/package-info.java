// SPDX-License-Identifier: Apache-2.0
/// A store in Kubernetes, by fabric8: custom resources, and what Kubernetes itself has.
@NullMarked
package dev.brindle.datastore.kubernetes;

import org.jspecify.annotations.NullMarked;
