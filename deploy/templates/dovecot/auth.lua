-- Written by chatmail.
-- Logins and users for Dovecot 2.4, which has no passdb or userdb by dict any
-- more; it runs under 2.3 as well.  doveauth answers on the loopback
-- (doveauth_http_port in chatmail.ini); the secret is that of
-- doveauth_http_secret, readable for Dovecot and doveauth alone.
--
--   passdb lua { lua_file = /etc/dovecot/auth.lua }               2.4
--   passdb { driver = lua  args = file=/etc/dovecot/auth.lua blocking=yes }  2.3
-- and the same for userdb.

local SERVICE = "http://127.0.0.1:3905"
local SECRET_FILE = "/etc/chatmail/doveauth.secret"

local client = nil
local secret = nil

function script_init()
  local file = io.open(SECRET_FILE, "r")
  if file == nil then
    return 1
  end
  secret = file:read("l")
  file:close()
  return 0
end

-- Status and body of an answer; the status is 0 when there was none.
local function ask(path, body)
  if client == nil then
    client = dovecot.http.client({})
  end
  local request = client:request({url = SERVICE .. path, method = "POST"})
  request:add_header("Authorization", "Bearer " .. secret)
  request:set_payload(body)
  local response = request:submit()
  if response == nil then
    return 0, ""
  end
  return response:status(), response:payload()
end

-- NAME TAB VALUE in each line.
local function fields_of(body)
  local fields = {}
  for name, value in body:gmatch("([^\t\n]+)\t([^\n]*)") do
    fields[name] = value
  end
  return fields
end

function auth_password_verify(request, password)
  local status, body = ask("/create", request.user .. "\t" .. password .. "\t" ..
                                      (request.remote_ip or ""))
  if status == 404 then
    return dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, {}
  elseif status ~= 200 then
    return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, {}
  end
  local right = request:password_verify(fields_of(body).password, password)
  if right == 1 then
    return dovecot.auth.PASSDB_RESULT_OK, {}
  elseif right == 0 then
    return dovecot.auth.PASSDB_RESULT_PASSWORD_MISMATCH, {}
  end
  return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, {}
end

-- What is asked without a password to verify: makes nothing.
function auth_passdb_lookup(request)
  local status, body = ask("/user", request.user)
  if status == 404 then
    return dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, {}
  elseif status ~= 200 then
    return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, {}
  end
  return dovecot.auth.PASSDB_RESULT_OK, {password = fields_of(body).password}
end

function auth_userdb_lookup(request)
  local status, body = ask("/user", request.user)
  if status == 404 then
    return dovecot.auth.USERDB_RESULT_USER_UNKNOWN, {}
  elseif status ~= 200 then
    return dovecot.auth.USERDB_RESULT_INTERNAL_FAILURE, {}
  end
  local fields = fields_of(body)
  return dovecot.auth.USERDB_RESULT_OK,
         {home = fields.home, uid = fields.uid, gid = fields.gid}
end

function auth_userdb_iterate()
  local status, body = ask("/users", "")
  local users = {}
  if status == 200 then
    for user in body:gmatch("[^\n]+") do
      users[#users + 1] = user
    end
  end
  return users
end
