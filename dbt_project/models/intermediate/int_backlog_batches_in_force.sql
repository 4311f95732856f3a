{{ by_precedence(ref('int_backlog_batches_versions'), ['batch_no'], 'issuing_org_code') }}
