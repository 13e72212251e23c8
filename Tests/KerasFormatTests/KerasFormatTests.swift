import Testing

@Suite struct KerasFormatTests {}
